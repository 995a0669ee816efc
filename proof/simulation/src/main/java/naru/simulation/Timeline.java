package naru.simulation;

import static naru.base.Invariant.check;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * Virtual time: everything that will happen, in order. Nothing in the simulation moves except through here, so one
 * seed is one story. Events at the same instant are ordered by dice, not by who asked first.
 */
public final class Timeline {

    private record Event(long atNs, long lot, long sequence, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNs, other.atNs);
            int byLot = byTime != 0 ? byTime : Long.compare(lot, other.lot);
            return byLot != 0 ? byLot : Long.compare(sequence, other.sequence);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SimulatedRandomness dice;
    private final Transcript transcript;
    private long nowNs;
    private long sequence;

    public Timeline(SimulatedRandomness dice, Transcript transcript) {
        this.dice = dice;
        this.transcript = transcript;
    }

    /** Nanoseconds since the beginning of the story. */
    public long nowNs() {
        return nowNs;
    }

    public Transcript transcript() {
        return transcript;
    }

    /** Adds a line to the story, with its time. */
    public void tell(String line) {
        transcript.tell(nowNs, line);
    }

    public void after(long delayNs, Runnable what) {
        check(delayNs >= 0, "nothing happens in the past");
        events.add(new Event(Math.addExact(nowNs, delayNs), dice.nextLong(), sequence++, what));
    }

    public void afterMs(long delayMs, Runnable what) {
        after(Math.multiplyExact(delayMs, 1_000_000L), what);
    }

    /** Lives until {@code untilNs}, or until {@code done} after some event; true when it was done. */
    public boolean runUntil(long untilNs, BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            var next = events.peek();
            if (next == null || next.atNs() > untilNs) {
                nowNs = Math.max(nowNs, untilNs);
                return false;
            }
            events.remove();
            nowNs = next.atNs();
            transcript.pass(nowNs);
            next.what().run();
        }
        return true;
    }

    public void runForMs(long ms) {
        runUntil(nowNs + ms * 1_000_000L, () -> false);
    }
}
