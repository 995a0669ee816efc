/** A broker inside the virtual machine of a test. */
package naru.embedded;
