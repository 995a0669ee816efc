/**
 * One partition's records on disk, in Kafka's own files, over the {@link naru.base.Disk} port: segments, indexes,
 * recovery, the producers' ledger, retention, and the journal that makes many partitions durable with one sync.
 */
package naru.log;
