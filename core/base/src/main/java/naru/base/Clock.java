package naru.base;

/** The only source of time in {@code core/}. Reading the system's clock anywhere else fails the tidy test. */
public interface Clock {

    /** Wall-clock milliseconds since 1970. May jump; goes into records and is compared with what clients send. */
    long nowMs();

    /** Monotonic nanoseconds from an arbitrary origin. Never goes back; for deadlines and durations. */
    long nowNs();
}
