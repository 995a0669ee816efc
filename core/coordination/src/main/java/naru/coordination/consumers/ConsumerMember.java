package naru.coordination.consumers;

import naru.coordination.runtime.Deadlines.Deadline;

/** One member of a consumer group: what is written about it, and its deadlines. */
final class ConsumerMember {

    final String id;
    Profile profile = Profile.NOBODY;
    Standing standing = Standing.FRESH;
    /** After which it is taken for gone. */
    Deadline session;
    /** After which it should have given up what it must; for a classic member, after which it should have joined again. */
    Deadline rebalance;
    /** After which a classic member that joined should have asked for its assignment. */
    Deadline sync;

    ConsumerMember(String id) {
        this.id = id;
    }

    boolean isClassic() {
        return profile.isClassic();
    }

    void stopClocks() {
        if (session != null) {
            session.cancel();
            rebalance.cancel();
            sync.cancel();
        }
    }
}
