package naru.fuzzing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what a piece of work makes on the heap, garbage included, and complains when it is more than was allowed. */
final class Allowance {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allowance() {}

    /**
     * @param bytesMax what {@code work} may allocate on this thread
     * @param work is done again when it took too much: the first time may have loaded classes
     */
    static void of(long bytesMax, Runnable work) {
        if (takenBy(work) > bytesMax) {
            long taken = takenBy(work);
            if (taken > bytesMax) {
                throw new AssertionError("took " + taken + " bytes of memory, " + bytesMax + " were allowed");
            }
        }
    }

    private static long takenBy(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
