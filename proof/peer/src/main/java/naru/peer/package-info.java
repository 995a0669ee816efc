/** Apache Kafka itself, in processes of its own: what answers are compared with, and who shares our files. */
package naru.peer;
