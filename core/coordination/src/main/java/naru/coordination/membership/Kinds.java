package naru.coordination.membership;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All kinds of groups of one shard: where a group id is looked up. */
public final class Kinds {

    private final List<GroupKind> all = new ArrayList<>();

    public void add(GroupKind kind) {
        all.add(kind);
    }

    public List<GroupKind> all() {
        return Collections.unmodifiableList(all);
    }

    /** Whose group this is; null when there is none of that id. */
    public GroupKind of(String groupId) {
        for (var kind : all) {
            if (kind.has(groupId)) {
                return kind;
            }
        }
        return null;
    }

    /** How many groups there are. */
    public int count() {
        int count = 0;
        for (var kind : all) {
            count += kind.count();
        }
        return count;
    }
}
