package naru.broker;

/** How many rounds of compaction run in the whole broker, {@code log.cleaner.threads} at most. Lane 0 owns it. */
final class CompactionThreads {

    private int taken;

    static CompactionThreads of(LaneBroker zero) {
        return zero.broker().compactionThreads();
    }

    /** True when one more round may run; it ends with {@link #giveBack}. */
    boolean take(int max) {
        if (taken >= max) {
            return false;
        }
        taken++;
        return true;
    }

    /** @return how many are still taken */
    int giveBack() {
        return --taken;
    }
}
