/** The machine's files behind the {@code Disk} port. */
package naru.disk;
