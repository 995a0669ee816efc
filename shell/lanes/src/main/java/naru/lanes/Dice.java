package naru.lanes;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import naru.base.Randomness;

/** Dice for one lane, seeded from the system's entropy. Not for secrets. */
final class Dice implements Randomness {

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }
}
