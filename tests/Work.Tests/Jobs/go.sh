# A module of three packages: tests, a program, its cross-compiled twin.
export GOROOT=$(echo /usr/lib/go-*) GOCACHE=/tmp/go-cache GOPATH=/tmp/go GOFLAGS='-buildvcs=false -p=2' CGO_ENABLED=0 GO111MODULE=on GOPROXY=off
mkdir -p module/{words,numbers} && cd module
printf 'module example.org/module\n\ngo 1.19\n' >go.mod
printf 'package words\n\nimport "strings"\n\nfunc Loud(s string) string { return strings.ToUpper(s) }\n' >words/words.go
printf 'package words\n\nimport "testing"\n\nfunc TestLoud(t *testing.T) {\n\tif Loud("a") != "A" {\n\t\tt.Fatal("not loud")\n\t}\n}\n' >words/words_test.go
printf 'package numbers\n\nfunc Sum(n ...int) (total int) {\n\tfor _, i := range n {\n\t\ttotal += i\n\t}\n\treturn\n}\n' >numbers/numbers.go
printf 'package main\n\nimport (\n\t"fmt"\n\n\t"example.org/module/numbers"\n\t"example.org/module/words"\n)\n\nfunc main() { fmt.Println(words.Loud("sum"), numbers.Sum(1, 2, 3)) }\n' >main.go
"$GOROOT/bin/go" build -o out/program .
out/program
"$GOROOT/bin/go" vet ./...
"$GOROOT/bin/go" test -c -o out/words.test ./words
out/words.test
gofmt=$("$GOROOT/bin/gofmt" -l .)
echo "unformatted: $gofmt"
inventory .
