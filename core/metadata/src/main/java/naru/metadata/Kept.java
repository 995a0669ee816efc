package naru.metadata;

import java.util.Collection;
import naru.protocol.Message;
import naru.protocol.message.AccessControlEntryRecord;
import naru.protocol.message.ClientQuotaRecord;
import naru.protocol.message.DelegationTokenRecord;
import naru.protocol.message.RemoveAccessControlEntryRecord;
import naru.protocol.message.RemoveDelegationTokenRecord;
import naru.protocol.message.RemoveUserScramCredentialRecord;
import naru.protocol.message.UserScramCredentialRecord;
import naru.protocol.message.ZkMigrationStateRecord;
import org.pcollections.TreePMap;

/** Records that mean nothing to this version yet, so that a snapshot loses nothing: the last one by what it is about. */
record Kept(TreePMap<String, Message> byKey) {

    static final Kept NONE = new Kept(TreePMap.empty());

    Kept with(Message record) {
        return switch (record) {
            case AccessControlEntryRecord it -> put("acl " + it.id(), it);
            case RemoveAccessControlEntryRecord it -> drop("acl " + it.id());
            case DelegationTokenRecord it -> put("token " + it.tokenId(), it);
            case RemoveDelegationTokenRecord it -> drop("token " + it.tokenId());
            case UserScramCredentialRecord it -> put("scram " + it.mechanism() + " " + it.name(), it);
            case RemoveUserScramCredentialRecord it -> drop("scram " + it.mechanism() + " " + it.name());
            case ClientQuotaRecord it when it.remove() -> drop("quota " + it.entity() + " " + it.key());
            case ClientQuotaRecord it -> put("quota " + it.entity() + " " + it.key(), it);
            case ZkMigrationStateRecord it -> put("migration", it);
            // Marks of a moment: they have had their effect.
            default -> this;
        };
    }

    Collection<Message> records() {
        return byKey.values();
    }

    private Kept put(String key, Message record) {
        return new Kept(byKey.plus(key, record));
    }

    private Kept drop(String key) {
        return new Kept(byKey.minus(key));
    }
}
