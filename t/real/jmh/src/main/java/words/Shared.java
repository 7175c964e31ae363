package words;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.*;

/** Two threads that meet. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Shared {
	AtomicInteger value = new AtomicInteger();

	@Benchmark
	@Group("meet")
	public int add() { return value.incrementAndGet(); }

	@Benchmark
	@Group("meet")
	public int look() { return value.get(); }
}
