package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	if err := os.WriteFile(os.Args[1], []byte(fmt.Sprintf("Go on %s\n", runtime.GOOS)), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
