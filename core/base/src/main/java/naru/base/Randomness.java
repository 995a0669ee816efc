package naru.base;

/** The only dice in {@code core/}. Seeded in the simulation, so that a run can be replayed. */
public interface Randomness {

    long nextLong();

    /** Uniform in {@code [0, bound)}; {@code bound} is positive. */
    int nextInt(int bound);

    /** A fresh id, never one of the reserved ones (zero, one) and never one whose text form begins with a dash. */
    default Uuid nextUuid() {
        while (true) {
            // RFC 4122 version 4, as Kafka draws its ids.
            long high = (nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
            long low = (nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
            var drawn = new Uuid(high, low);
            if (!drawn.toString().startsWith("-")) {
                return drawn;
            }
        }
    }
}
