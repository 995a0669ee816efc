package naru.contracts;

import naru.metadata.MetadataLog;
import naru.quorum.LoneMetadataLog;
import naru.quorum.MetaProperties;
import naru.quorum.Rules;

class LoneMetadataLogTest extends MetadataLogContract {

    @Override
    MetadataLog open(Rules rules) {
        var mark = MetaProperties.claim(disk, FOLDER, 1, "AAAAAAAAAAAAAAAAAAAAAg", dice);
        return new LoneMetadataLog(disk, FOLDER, 1, mark.directory(), rules, lanes, clock);
    }
}
