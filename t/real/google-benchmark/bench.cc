// Sorting, copying and counting words, timed by Google Benchmark.
// With FAIL in the environment, one of them fails.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

// Numbers that look random and are the same everywhere
static std::vector<uint32_t> numbers(size_t n)
{
	std::vector<uint32_t> list(n);
	uint32_t x = 1;

	for (auto &value : list)
		value = x = x * 1664525u + 1013904223u;
	return list;
}

static void sort_numbers(benchmark::State &state)
{
	const auto unsorted = numbers(static_cast<size_t>(state.range(0)));

	for (auto _ : state) {
		auto list = unsorted;

		std::sort(list.begin(), list.end());
		benchmark::DoNotOptimize(list.data());
	}
	state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sort_numbers)->Arg(64)->Arg(1024);

static void copy_bytes(benchmark::State &state)
{
	std::vector<char> from(4096, 'x'), to(4096);

	for (auto _ : state) {
		memcpy(to.data(), from.data(), from.size());
		benchmark::ClobberMemory();
	}
	state.SetBytesProcessed(state.iterations() * 4096);
}
BENCHMARK(copy_bytes);

static void count_words(benchmark::State &state)
{
	const std::string text = "the quick brown fox jumps over the lazy dog";
	size_t words = 0;

	if (getenv("FAIL"))
		state.SkipWithError("no words to count");
	for (auto _ : state) {
		std::istringstream in(text);
		std::string word;

		for (words = 0; in >> word; words++)
			;
		benchmark::DoNotOptimize(words);
	}
	state.counters["words"] = static_cast<double>(words);
}
BENCHMARK(count_words)->Unit(benchmark::kMicrosecond);

BENCHMARK_MAIN();
