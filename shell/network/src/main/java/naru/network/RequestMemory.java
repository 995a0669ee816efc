package naru.network;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What requests that are still arriving may hold together, all connections of all lanes. A whole request that comes in
 * one read needs none of it.
 */
final class RequestMemory {

    private final long bytesMax;
    private final AtomicLong taken = new AtomicLong();

    RequestMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > bytesMax) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }
}
