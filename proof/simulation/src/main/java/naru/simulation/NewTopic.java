package naru.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import naru.protocol.ErrorCode;
import naru.protocol.message.ApiKey;
import naru.protocol.message.CreateTopicsRequest;
import naru.protocol.message.CreateTopicsRequest.CreatableTopic;
import naru.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import naru.protocol.message.CreateTopicsResponse;

/** A topic with settings of its own, which somebody has to create before it is used. */
record NewTopic(String name, int partitions, Map<String, String> settings) {

    private static final int VERSION = 5;

    /** Asks for it until it is there, whoever created it. */
    void create(Errands errands, Runnable whenThere) {
        var configs = new ArrayList<CreatableTopicConfig>();
        settings.forEach((key, value) -> configs.add(new CreatableTopicConfig(key, value)));
        var topic = new CreatableTopic(name, partitions, (short) 1, List.of(), configs);
        var request = CreateTopicsRequest.builder().topics(List.of(topic)).timeoutMs(5_000).build();
        errands.ask(ApiKey.CREATE_TOPICS, VERSION, () -> request, message -> {
            short error = ((CreateTopicsResponse) message).topics().getFirst().errorCode();
            if (error == ErrorCode.NONE.code() || error == ErrorCode.TOPIC_ALREADY_EXISTS.code()) {
                whenThere.run();
            } else {
                errands.again();
            }
        });
    }
}
