package naru.coordination.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The numbers are Kafka's: another answer sends clients to a coordinator that does not know their group. */
class ShardPartitionTest {

    @Test
    void keysAreSpreadByTheirHash() {
        assertThat(ShardPartition.of("console-consumer-1", 50)).isEqualTo(Math.abs("console-consumer-1".hashCode()) % 50);
        assertThat(ShardPartition.of("", 50)).isZero();
        assertThat("g7".hashCode()).isPositive();
        assertThat(ShardPartition.of("g7", 3)).isEqualTo("g7".hashCode() % 3);
        assertThat("negative hash".hashCode()).isNegative();
        assertThat(ShardPartition.of("negative hash", 50)).isEqualTo(-("negative hash".hashCode()) % 50);
    }

    @Test
    void theSmallestHashHasNoAbsoluteValue() {
        String smallest = "polygenelubricants";
        assertThat(smallest.hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(ShardPartition.of(smallest, 50)).isZero();
    }
}
