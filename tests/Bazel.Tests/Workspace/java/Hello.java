import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

final class Hello {
    private record Square(int of, int is) {}

    public static void main(String[] arguments) throws Exception {
        Files.write(Path.of(arguments[0]), IntStream.range(0, 5).mapToObj(n -> new Square(n, n * n).toString()).toList());
    }
}
