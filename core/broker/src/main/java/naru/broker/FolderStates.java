package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.log.LogFolder;

/**
 * Which log folders can be used, as the controller is told.
 *
 * @param ids in the order of the folders
 */
record FolderStates(List<LogFolder> folders, List<Uuid> ids) {

    List<Uuid> live() {
        return those(false);
    }

    List<Uuid> failed() {
        return those(true);
    }

    private List<Uuid> those(boolean failed) {
        var found = new ArrayList<Uuid>();
        for (int i = 0; i < folders.size(); i++) {
            if (folders.get(i).failure() != null == failed) {
                found.add(ids.get(i));
            }
        }
        return found;
    }
}
