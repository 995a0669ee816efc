package naru.fuzzing;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A few seconds of what {@code ./run fuzz} does for long: inputs that are kept, changed without looking. */
@Timeout(120)
class MutationProperties {

    private static final int ROUNDS = Integer.getInteger("naru.fuzzing.rounds", 8_000);

    @ParameterizedTest
    @EnumSource
    void changedInputsBreakNothing(Target target) throws Exception {
        long seed = Long.getLong("naru.seed", 20_261_121);
        System.out.println("MutationProperties: -Dnaru.seed=" + seed + " " + target);
        var mutations = new Mutations(new Random(seed), List.copyOf(Corpus.of(target).values()));
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = mutations.next();
            try {
                target.feed(input);
            } catch (Throwable broken) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + target + " broke on " + kept(target, input), broken);
            }
        }
    }

    /** Written where it can be looked at, and moved into the corpus. */
    private static Path kept(Target target, byte[] input) throws Exception {
        var folder = Files.createDirectories(Path.of("target", "found", target.folder()));
        return Files.write(folder.resolve(Integer.toHexString(java.util.Arrays.hashCode(input))), input).toAbsolutePath();
    }
}
