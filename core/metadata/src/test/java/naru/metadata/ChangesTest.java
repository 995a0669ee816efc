package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.base.Uuid;
import naru.configuration.BrokerSettings;
import naru.protocol.ErrorCode;
import naru.protocol.message.ConfigRecord;
import naru.protocol.message.IncrementalAlterConfigsRequest;
import naru.protocol.message.IncrementalAlterConfigsResponse;
import naru.protocol.message.TopicRecord;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private static final Uuid OLD = new Uuid(7, 1);
    private static final Uuid NEW = new Uuid(7, 2);

    /** A node that was away too long is given a snapshot: it must let go of what is not in it. */
    @Test
    void a_snapshot_names_what_has_gone() {
        var before = Cluster.EMPTY.with(new TopicRecord("orders", OLD)).with(new TopicRecord("kept", new Uuid(7, 3)))
                .with(new ConfigRecord(Resource.TOPIC, "kept", "retention.ms", "1"));
        var after = Cluster.EMPTY.with(new TopicRecord("orders", NEW)).with(new TopicRecord("kept", new Uuid(7, 3)));
        var changes = Changes.between(before, after);
        assertThat(changes.removed()).containsExactly(OLD);
        assertThat(changes.topics()).containsExactly(NEW, new Uuid(7, 3));
        assertThat(changes.configs()).containsExactly(new Resource(Resource.TOPIC, "kept"));
        assertThat(Changes.between(Cluster.EMPTY, before).removed()).isEmpty();
    }

    /** Whichever node decides: a broker's configuration may be that of every broker there is. */
    @Test
    void every_registered_broker_can_be_configured() {
        var stage = new Stage(false).brokers(3);
        assertThat(BrokerSettings.parse(Map.of()).nodeId()).isNotEqualTo(3);
        assertThat(alter(stage, "3")).isEqualTo(ErrorCode.NONE);
        assertThat(alter(stage, "")).isEqualTo(ErrorCode.NONE);
        assertThat(alter(stage, "17")).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(alter(stage, "03")).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private static ErrorCode alter(Stage stage, String broker) {
        IncrementalAlterConfigsResponse answer = stage.ask(new Command.IncrementalAlterConfigs(new IncrementalAlterConfigsRequest(List.of(
                new IncrementalAlterConfigsRequest.AlterConfigsResource(Resource.BROKER, broker, List.of(
                        new IncrementalAlterConfigsRequest.AlterableConfig("log.cleaner.threads", (byte) 0, "2")))), false)));
        return ErrorCode.of(answer.responses().getFirst().errorCode());
    }
}
