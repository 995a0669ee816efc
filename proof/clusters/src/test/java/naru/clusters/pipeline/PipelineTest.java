package naru.clusters.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import naru.clusters.RestartableBroker;
import naru.histories.HistoryCheck;
import naru.histories.Operation;
import naru.histories.Stage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Exactly once, as clients see it: transactions of many producers, answered by a group in transactions of its own, while
 * producers, consumers and the broker are killed with -9, one after the other as the dice say. The clients' history is
 * judged by {@link HistoryCheck}.
 *
 * <p>{@code -Dnaru.kills=N} kills N times, {@code -Dnaru.seed=S} throws the same dice again, and {@code -Dnaru.peer=true}
 * asks Apache Kafka instead.
 */
class PipelineTest {

    private static final String[] SETTINGS = {"offsets.topic.num.partitions=3", "transaction.state.log.num.partitions=3",
            "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1", "group.initial.rebalance.delay.ms=0"};

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, 1", "8, 3", "64, 1"})
    void everyRecordIsAnsweredExactlyOnce(int producers, int fewKills) throws Exception {
        long seed = Long.getLong("naru.seed", new Random().nextInt(1_000_000));
        int kills = Integer.getInteger("naru.kills", fewKills);
        System.out.println(producers + " producers, " + kills + " kills, -Dnaru.seed=" + seed);
        var dice = new Random(seed);
        var histories = Path.of("target", "histories", producers + "-producers-" + seed);
        long began = System.nanoTime();
        try (var broker = broker(); var pipeline = new Pipeline(broker, Files.createDirectories(histories), producers)) {
            pipeline.awaitProgress();
            for (int kill = 0; kill < kills; kill++) {
                pipeline.kill(dice);
                pipeline.awaitProgress();
            }
            var history = pipeline.finish();
            long committed = history.stream().filter(event -> event.stage() == Stage.OK
                    && event.operation() instanceof Operation.Commit).count();
            System.out.println(history.size() + " events, " + committed + " transactions committed, " + pipeline.figures()
                    + ", " + (System.nanoTime() - began) / 1_000_000 + " ms");
            assertThat(HistoryCheck.check(history)).as("histories in " + histories).isEmpty();
        }
        try (var files = Files.list(histories)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(histories);
    }

    private RestartableBroker broker() throws Exception {
        var data = folder.resolve("data");
        return Boolean.getBoolean("naru.peer") ? RestartableBroker.kafka(data, SETTINGS) : RestartableBroker.naru(data, SETTINGS);
    }
}
