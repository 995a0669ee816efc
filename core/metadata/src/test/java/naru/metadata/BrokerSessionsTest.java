package naru.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import naru.base.Uuid;
import naru.protocol.message.BrokerRegistrationChangeRecord;
import naru.protocol.message.RegisterBrokerRecord;
import org.junit.jupiter.api.Test;

class BrokerSessionsTest {

    private static final long MS = 1_000_000;

    private final BrokerSessions sessions = new BrokerSessions(1_500);
    private final Cluster cluster = Cluster.EMPTY.with(alive(1, 10)).with(alive(2, 11)).with(alive(3, 12));

    private static RegisterBrokerRecord alive(int id, long epoch) {
        return RegisterBrokerRecord.builder().brokerId(id).brokerEpoch(epoch).incarnationId(new Uuid(1, id))
                .rack(null).fenced(false).logDirs(List.of()).build();
    }

    @Test
    void a_new_controller_gives_every_broker_a_whole_session() {
        sessions.begin(cluster, 20, 5_000 * MS);
        assertThat(sessions.overdue(cluster, 6_499 * MS)).isEmpty();
        assertThat(sessions.overdue(cluster, 6_500 * MS)).isEqualTo(Map.of(1, 10L, 2, 11L, 3, 12L));
    }

    @Test
    void who_is_heard_is_not_overdue() {
        sessions.begin(cluster, 20, 0);
        sessions.heard(1, 10, 15, 1_000 * MS);
        sessions.heard(2, 10, 15, 1_000 * MS); // the process before
        assertThat(sessions.overdue(cluster, 1_500 * MS)).containsOnlyKeys(2, 3);
        assertThat(sessions.isAlive(1, 10, 2_499 * MS)).isTrue();
        assertThat(sessions.isAlive(1, 10, 2_500 * MS)).isFalse();
        assertThat(sessions.isAlive(1, 9, 1_000 * MS)).isFalse();
    }

    @Test
    void a_lost_process_is_overdue_at_once_but_not_the_one_after_it() {
        sessions.begin(cluster, 20, 0);
        sessions.lost(2, 11);
        sessions.lost(3, 11);
        assertThat(sessions.overdue(cluster, 1)).isEqualTo(Map.of(2, 11L));
        sessions.heard(2, 30, 30, 2);
        assertThat(sessions.overdue(cluster.with(alive(2, 30)), 3)).isEmpty();
        sessions.lost(3, 12);
        sessions.heard(3, 12, 5, 4);
        assertThat(sessions.overdue(cluster, 5)).doesNotContainKey(3);
    }

    @Test
    void who_decided_before_has_little_time_to_be_heard() {
        sessions.decidesElsewhere(1);
        sessions.begin(cluster, 20, 5_000 * MS);
        assertThat(sessions.overdue(cluster, 5_249 * MS)).isEmpty();
        assertThat(sessions.overdue(cluster, 5_250 * MS)).isEqualTo(Map.of(1, 10L));
        sessions.heard(1, 10, 30, 5_250 * MS);
        assertThat(sessions.overdue(cluster, 6_499 * MS)).isEmpty();
    }

    @Test
    void the_controllers_own_delays_are_nobodys_silence() {
        sessions.begin(cluster, 20, 0);
        sessions.look(50, 50 * MS);
        sessions.look(50, 1_400 * MS); // held up for 1,300 ms
        assertThat(sessions.overdue(cluster, 2_799 * MS)).isEmpty();
        sessions.heard(2, 11, 30, 1_400 * MS);
        for (long ms = 1_450; ms <= 2_800; ms += 50) {
            sessions.look(50, ms * MS);
        }
        assertThat(sessions.overdue(cluster, 2_800 * MS)).isEqualTo(Map.of(1, 10L, 3, 12L));
        sessions.lost(2, 11);
        sessions.look(50, 5_000 * MS);
        assertThat(sessions.overdue(cluster, 5_000 * MS)).as("known to be gone").containsKey(2);
    }

    @Test
    void who_is_fenced_cannot_be_overdue() {
        sessions.begin(cluster, 20, 0);
        var fenced = cluster.with(BrokerRegistrationChangeRecord.builder()
                .brokerId(1).brokerEpoch(10).fenced((byte) 1).build());
        assertThat(sessions.overdue(fenced, 2_000 * MS)).containsOnlyKeys(2, 3);
        sessions.forget(2);
        assertThat(sessions.overdue(fenced, 2_000 * MS)).containsOnlyKeys(3);
    }

    @Test
    void the_least_offset_is_that_of_the_active_brokers() {
        sessions.begin(cluster, 20, 0);
        assertThat(sessions.metadataOffsetMin(cluster)).isEqualTo(-1);
        sessions.heard(1, 10, 25, 1);
        sessions.heard(2, 11, 21, 1);
        sessions.heard(2, 11, 20, 1);
        sessions.heard(3, 12, 7, 1);
        assertThat(sessions.metadataOffsetMin(cluster)).isEqualTo(7);
        var leaving = cluster.with(BrokerRegistrationChangeRecord.builder()
                .brokerId(3).brokerEpoch(12).inControlledShutdown((byte) 1).build());
        assertThat(sessions.metadataOffsetMin(leaving)).isEqualTo(21);
        assertThat(sessions.leavingAt(3)).isEqualTo(-1);
        sessions.leaves(3, 40);
        assertThat(sessions.leavingAt(3)).isEqualTo(40);
        assertThat(new BrokerSessions(1).metadataOffsetMin(Cluster.EMPTY)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_new_controller_knows_who_was_leaving() {
        var leaving = cluster.with(BrokerRegistrationChangeRecord.builder()
                .brokerId(3).brokerEpoch(12).inControlledShutdown((byte) 1).build());
        sessions.begin(leaving, 20, 0);
        assertThat(sessions.leavingAt(3)).isEqualTo(20);
        assertThat(sessions.leavingAt(1)).isEqualTo(-1);
    }
}
