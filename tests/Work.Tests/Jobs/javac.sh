# 60 classes, a jar with fixed dates, a program that runs from it.
JAVA=$(echo /usr/lib/jvm/java-17-openjdk-*/bin)
mkdir -p source/shop
for i in {1..60}; do
	printf 'package shop;\n\npublic record Item%d(int price, String name) {\n    public enum Kind { LARGE, SMALL }\n    public Kind kind() { return price > %d ? Kind.LARGE : Kind.SMALL; }\n}\n' $i $i >source/shop/Item$i.java
done
printf 'package shop;\n\nimport java.util.stream.IntStream;\n\npublic class Main {\n    public static void main(String[] arguments) throws Exception {\n        int sum = IntStream.rangeClosed(1, 60).sum();\n        System.out.println(new Item7(sum, "seven").kind() + " " + sum + " " + Main.class.getResource("Main.class"));\n    }\n}\n' >source/shop/Main.java
"$JAVA/javac" -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -d classes source/shop/*.java
"$JAVA/jar" --create --file shop.jar --date 2001-09-09T01:46:40Z --main-class shop.Main -C classes .
"$JAVA/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar shop.jar
# jar lists a directory in the order that it is read, which no two file systems share: its content is compared unpacked.
mkdir unpacked
(cd unpacked && "$JAVA/jar" --extract --file ../shop.jar)
inventory -x shop.jar .
