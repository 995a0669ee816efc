package naru.simulation;

import static naru.base.Invariant.check;

import naru.base.Randomness;

/**
 * Dice that fall the same way for the same seed, in every JVM: SplitMix64 (Steele, Lea, Flood, 2014).
 *
 * <p>Each part of the world gets dice of its own by {@link #fork}, so that one more draw in the disk does not change
 * what the clients do. That keeps a replay readable after a small change.
 */
public final class SimulatedRandomness implements Randomness {

    private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private long state;

    public SimulatedRandomness(long seed) {
        this.state = seed;
    }

    /** Dice of their own for one part of the world, named so that the order of forking does not matter. */
    public SimulatedRandomness fork(String part) {
        long mixed = state;
        for (int i = 0; i < part.length(); i++) {
            mixed = mix(mixed + GOLDEN_GAMMA * (part.charAt(i) + 1));
        }
        return new SimulatedRandomness(mixed);
    }

    @Override
    public long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    @Override
    public int nextInt(int bound) {
        check(bound > 0, "dice have at least one side");
        return (int) Math.floorMod(nextLong() >>> 1, (long) bound);
    }

    /** Uniform in {@code [0, bound)}. */
    public long nextLong(long bound) {
        check(bound > 0, "dice have at least one side");
        return Math.floorMod(nextLong() >>> 1, bound);
    }

    /** Uniform in {@code [low, high]}. */
    public long between(long low, long high) {
        return low + nextLong(high - low + 1);
    }

    /** True once in {@code of} draws; never for 0. */
    public boolean onceIn(int of) {
        return of > 0 && nextInt(of) == 0;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }
}
