package naru.metadata;

import naru.protocol.ErrorCode;

/** What the settings of a topic must keep between one another; each by itself was checked before. */
final class TopicConfigRules {

    private TopicConfigRules() {}

    /** Refuses a topic whose settings contradict one another, whoever set them: the topic, or the broker for all topics. */
    static void check(String topic, ConfigView view) throws Refused {
        long lagMin = Long.parseLong(view.ofTopic(topic, "min.compaction.lag.ms"));
        long lagMax = Long.parseLong(view.ofTopic(topic, "max.compaction.lag.ms"));
        if (lagMin > lagMax) {
            throw new Refused(ErrorCode.INVALID_CONFIG, "conflict topic config setting min.compaction.lag.ms (" + lagMin
                    + ") > max.compaction.lag.ms (" + lagMax + ")");
        }
    }
}
