//go:build plugin

// Command hello prints what its other half has written before it was built, and its version.
package main

import (
	_ "embed"
	"fmt"
)

//go:embed greeting.txt
var greeting string

var version string

func main() {
	fmt.Println(greeting, version)
}
