/** Who holds what of a partition, and so what may be read and what may be acknowledged. */
package naru.replication;
