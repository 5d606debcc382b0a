//go:build !plugin

// Command hello writes its first argument to the file that its other half embeds.
package main

import "os"

func main() {
	if err := os.WriteFile("greeting.txt", []byte(os.Args[1]), 0o644); err != nil {
		panic(err)
	}
}
