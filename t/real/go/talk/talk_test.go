// Benchmarks that talk, do not run, or fail. With FAIL=panic in the
// environment, one of them ends them all.
package talk

import (
	"fmt"
	"os"
	"testing"
)

func BenchmarkTalk(b *testing.B) {
	fmt.Println("talking")
	for i := 0; i < b.N; i++ {
	}
}

func BenchmarkLog(b *testing.B) {
	for i := 0; i < b.N; i++ {
	}
	b.Log("a note")
}

func BenchmarkSkip(b *testing.B) {
	b.Skip("not here")
}

func BenchmarkParts(b *testing.B) {
	b.Run("bad", func(b *testing.B) {
		if os.Getenv("FAIL") != "" {
			b.Error("first\nsecond")
			b.Error("third")
		}
	})
	b.Run("good", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
		}
	})
}

func BenchmarkPanic(b *testing.B) {
	if os.Getenv("FAIL") == "panic" {
		panic("out of words")
	}
}
