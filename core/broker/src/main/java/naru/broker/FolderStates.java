package naru.broker;

import java.util.ArrayList;
import java.util.List;
import naru.base.Uuid;
import naru.log.LogFolder;
import naru.protocol.Message;
import naru.protocol.message.BrokerRegistrationResponse;

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

    /** Of the log folder with this path. */
    Uuid idOf(String path) {
        for (int i = 0; i < folders.size(); i++) {
            if (folders.get(i).path().equals(path)) {
                return ids.get(i);
            }
        }
        throw new IllegalArgumentException(path + " is no log folder");
    }

    /**
     * The registration whose process wrote what lies in the folders, where all of that is there still; -1 otherwise. A living process
     * need not ask for the one before it: what it wrote itself is there while its folders work.
     */
    long epochBefore(long ofThisProcess) {
        return ofThisProcess < 0 ? LogFolder.epochBefore(folders) : failed().isEmpty() ? ofThisProcess : -1;
    }

    /** On lane 0: the controller's answer to this process. */
    void registered(Message answer) {
        long epoch = ((BrokerRegistrationResponse) answer).brokerEpoch();
        folders.forEach(folder -> folder.registered(epoch));
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
