// Words, sorted and joined. With FAIL in the environment, one of them fails.
package words

import (
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

func words(n int) []string {
	list := make([]string, n)
	x := uint32(1)
	for i := range list {
		x = x*1664525 + 1013904223
		list[i] = strconv.FormatUint(uint64(x), 36)
	}
	return list
}

func BenchmarkSort(b *testing.B) {
	for _, n := range []int{64, 1024} {
		b.Run("n="+strconv.Itoa(n), func(b *testing.B) {
			unsorted, list := words(n), make([]string, n)
			begun := time.Now()
			for i := 0; i < b.N; i++ {
				copy(list, unsorted)
				sort.Strings(list)
			}
			b.ReportMetric(float64(n)*float64(b.N)/time.Since(begun).Seconds(), "words/s")
		})
	}
}

func BenchmarkJoin(b *testing.B) {
	if os.Getenv("FAIL") != "" {
		b.Fatal("no words to join")
	}
	list := words(64)
	var text string
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		text = strings.Join(list, " ")
	}
	b.SetBytes(int64(len(text)))
}
