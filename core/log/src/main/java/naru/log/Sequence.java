package naru.log;

/** Arithmetic of producer sequences, which go from the largest int to 0. */
final class Sequence {

    private Sequence() {}

    static int plus(int sequence, int count) {
        return (int) ((sequence + (long) count) & Integer.MAX_VALUE);
    }

    static int minus(int sequence, int count) {
        return (int) ((sequence - (long) count) & Integer.MAX_VALUE);
    }
}
