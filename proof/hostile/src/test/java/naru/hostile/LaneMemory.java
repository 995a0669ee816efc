package naru.hostile;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What the lanes have made on the heap so far, garbage included: a count, where the heap's size would be a guess. */
final class LaneMemory {

    private LaneMemory() {}

    static long allocatedBytes() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("naru-lane-"))
                .mapToLong(thread -> threads.getThreadAllocatedBytes(thread.getThreadId())).sum();
    }
}
