//go:build broken

package talk

var broken int = "this does not compile"
