package naru.consensus;

import java.util.Random;
import naru.base.Randomness;

/** Our dice in the shape that the engine knows. */
final class DiceAsRandom extends Random {

    private static final long serialVersionUID = 1;

    private final transient Randomness dice;

    DiceAsRandom(Randomness dice) {
        super(0);
        this.dice = dice;
    }

    @Override
    protected int next(int bits) {
        // While the constructor of Random runs, nothing is asked.
        return (int) (dice.nextLong() >>> (Long.SIZE - bits));
    }
}
