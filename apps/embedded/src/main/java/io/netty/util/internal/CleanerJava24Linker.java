package io.netty.util.internal;

import java.nio.ByteBuffer;

/**
 * Takes the place of Netty's own class of this name, inside naru-embedded alone. That one frees buffers through functions of the C library, whose
 * linking costs the first start in a virtual machine a fifth of a second; here the collector frees them, which is soon enough for the few
 * large ones that brokers of a test have.
 */
public final class CleanerJava24Linker implements Cleaner {

    static boolean isSupported() {
        return true;
    }

    /** @param buffer freed when nobody has it any more */
    private record Collected(ByteBuffer buffer) implements CleanableDirectBuffer {
        @Override
        public void clean() {
            // the collector does
        }
    }

    @Override
    public CleanableDirectBuffer allocate(int capacity) {
        return new Collected(ByteBuffer.allocateDirect(capacity));
    }

    @Override
    @SuppressWarnings("deprecation") // still called for buffers that others have made
    public void freeDirectBuffer(ByteBuffer buffer) {
        // the collector does
    }

    @Override
    public boolean hasExpensiveClean() {
        return false;
    }
}
