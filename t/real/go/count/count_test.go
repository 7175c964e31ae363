// Counting words, in a package of its own.
package count

import (
	"strings"
	"testing"
)

func BenchmarkFields(b *testing.B) {
	text := strings.Repeat("the quick brown fox ", 16)
	n := 0
	for i := 0; i < b.N; i++ {
		n = len(strings.Fields(text))
	}
	b.ReportMetric(float64(n), "words")
}
