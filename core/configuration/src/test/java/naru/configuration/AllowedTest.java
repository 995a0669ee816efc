package naru.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowedTest {

    private static final ConfigKey THROTTLED = ConfigKeys.TOPIC.get("leader.replication.throttled.replicas");
    private static final ConfigKey POLICY = ConfigKeys.TOPIC.get("cleanup.policy");
    private static final int MANY = 200_000;

    @Test
    void throttledReplicasAreStarOrPairs() {
        for (var good : new String[] {"*", "", "1:2", "1:2,3:4", "1:2 , 3:4", "1:2,"}) {
            assertThat(THROTTLED.complaint(good)).as(good).isNull();
        }
        for (var bad : new String[] {"1", "1:", ",", "1:2,,3:4", "a:b", "*,1:2"}) {
            assertThat(THROTTLED.complaint(bad)).as(bad).contains("must be the literal '*' or a list");
        }
    }

    /** A list may be as long as a request: neither the stack nor the square of its length may count. */
    @Test
    void longListsAreRead() {
        assertThat(THROTTLED.complaint("1:1,".repeat(MANY) + "1:1")).isNull();
        assertThat(POLICY.complaint("delete" + " ".repeat(MANY) + ",compact")).isNull();
        assertThat(POLICY.complaint("delete" + " ".repeat(MANY) + "compact")).isNotNull();
    }

    @Test
    void aGroupBeginsAtAnEndOrSomeTimeAgo() {
        var reset = ConfigKeys.GROUP.get("share.auto.offset.reset");
        for (var good : new String[] {"earliest", "latest", "by_duration:PT0S", "by_duration:P3DT1H"}) {
            assertThat(reset.complaint(good)).as(good).isNull();
        }
        for (var bad : new String[] {"none", "by_duration:", "by_duration:-PT1S", "by_duration:3d"}) {
            assertThat(reset.complaint(bad)).as(bad).isNotNull();
        }
    }
}
