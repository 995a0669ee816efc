package naru.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UuidTest {

    private static final long SEED = 4711;

    @Test
    void theTextFormIsTwentyTwoCharactersAndReadsBack() {
        var dice = new Random(SEED);
        for (int i = 0; i < 1_000; i++) {
            var id = new Uuid(dice.nextLong(), dice.nextLong());
            assertThat(id.toString()).as("seed " + SEED).hasSize(22);
            assertThat(Uuid.parse(id.toString())).as("seed " + SEED).isEqualTo(id);
        }
    }

    @Test
    void theMetadataTopicHasTheIdKafkaPrints() {
        assertThat(Uuid.METADATA_TOPIC).hasToString("AAAAAAAAAAAAAAAAAAAAAQ");
    }

    @Test
    void aTextOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> Uuid.parse("AAAA")).hasMessageContaining("16 bytes");
    }

    @Test
    void idsAreOrderedAsUnsignedNumbers() {
        assertThat(new Uuid(-1, 0)).isGreaterThan(new Uuid(1, 0));
        assertThat(new Uuid(1, -1)).isGreaterThan(new Uuid(1, 1));
    }

    @Test
    void aFreshIdNeverBeginsWithADash() {
        var dice = new Random(SEED);
        Randomness randomness = new Randomness() {
            @Override
            public long nextLong() {
                return dice.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                return dice.nextInt(bound);
            }
        };
        for (int i = 0; i < 1_000; i++) {
            var id = randomness.nextUuid();
            assertThat(id.toString()).as("seed " + SEED).doesNotStartWith("-");
            assertThat(id.high() & 0xf000).as("a version 4 id").isEqualTo(0x4000);
        }
    }
}
