package naru.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import naru.coordination.shares.Acknowledgement;
import naru.coordination.shares.ShareKey;
import naru.coordination.shares.ShareTold;
import naru.protocol.ErrorCode;
import naru.protocol.message.ShareAcknowledgeRequest;
import naru.protocol.message.ShareFetchRequest;

/** What one request says about the records of one partition. */
record Acknowledged(ShareSession.Part part, List<Acknowledgement> said) {

    private static final int RENEW_SINCE = 2;

    /** What became of it. */
    record Outcome(ShareSession.Part part, ShareTold told) {}

    /** Empty when the request says nothing about any record, else one for each partition it names. */
    static List<Acknowledged> of(ShareFetchRequest request) {
        var all = new ArrayList<Acknowledged>();
        boolean any = false;
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                var said = partition.acknowledgementBatches().stream().map(one -> new Acknowledgement(
                        one.firstOffset(), one.lastOffset(), one.acknowledgeTypes())).toList();
                any |= !said.isEmpty();
                all.add(new Acknowledged(new ShareSession.Part(topic.topicId(), partition.partitionIndex()), said));
            }
        }
        return any ? all : List.of();
    }

    static List<Acknowledged> of(ShareAcknowledgeRequest request) {
        var all = new ArrayList<Acknowledged>();
        for (var topic : request.topics()) {
            for (var partition : topic.partitions()) {
                var said = partition.acknowledgementBatches().stream().map(one -> new Acknowledgement(
                        one.firstOffset(), one.lastOffset(), one.acknowledgeTypes())).toList();
                all.add(new Acknowledged(new ShareSession.Part(topic.topicId(), partition.partitionIndex()), said));
            }
        }
        return all;
    }

    /** True when it can be understood: in order, with a known type for each record. */
    private boolean makesSense(int version, boolean renews) {
        int typeMax = version >= RENEW_SINCE ? Acknowledgement.RENEW : Acknowledgement.REJECT;
        long before = -1;
        for (var one : said) {
            int types = one.types().size();
            boolean ordered = one.first() <= one.last() && one.first() >= before;
            boolean counted = types == 1 || types > 1 && types == one.last() - one.first() + 1;
            if (!ordered || !counted) {
                return false;
            }
            for (byte type : one.types()) {
                if (type < Acknowledgement.GAP || type > typeMax || type == Acknowledgement.RENEW && !renews) {
                    return false;
                }
            }
            before = one.last();
        }
        return true;
    }

    /** Tells the partitions, wherever they are; what became of it comes back together. */
    static void tell(
            LaneBroker lane, String group, String member, List<Acknowledged> all, int version, boolean renews,
            Consumer<List<Outcome>> whenDone) {
        var round = new Round<Outcome>(all.size(), whenDone);
        for (int i = 0; i < all.size(); i++) {
            var one = all.get(i);
            var seat = round.seat(i);
            one.tell(lane, group, member, version, renews, told -> seat.accept(new Outcome(one.part(), told)));
        }
    }

    private void tell(
            LaneBroker lane, String group, String member, int version, boolean renews, Consumer<ShareTold> reply) {
        var key = new ShareKey(group, part.topic(), part.partition());
        var place = lane.place(part.topic(), part.partition());
        if (lane.cluster().topic(part.topic()) == null) {
            reply.accept(new ShareTold(ErrorCode.UNKNOWN_TOPIC_ID, null));
        } else if (place.error() != ErrorCode.NONE) {
            reply.accept(new ShareTold(place.error(), null));
        } else if (said.isEmpty()) {
            reply.accept(ShareTold.DONE);
        } else if (!makesSense(version, renews)) {
            reply.accept(new ShareTold(ErrorCode.INVALID_REQUEST, null));
        } else {
            lane.<LaneShares, ShareTold>onLane(place.lane(), LaneBroker::shares,
                    (shares, answer) -> shares.acknowledge(key, member, said, answer), reply);
        }
    }
}
