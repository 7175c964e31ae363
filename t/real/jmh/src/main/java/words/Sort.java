package words;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.*;

/** Sorting words that look random and are the same everywhere. */
@State(Scope.Thread)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Sort {
	@Param({"64", "256"})
	int n;
	String[] unsorted;

	@Setup
	public void makeWords()
	{
		int x = 1;

		unsorted = new String[n];
		for (int i = 0; i < n; i++)
			unsorted[i] = Integer.toHexString(x = x * 1664525 + 1013904223);
	}

	@Benchmark
	public String[] sort()
	{
		String[] list = unsorted.clone();

		Arrays.sort(list);
		return list;
	}
}
