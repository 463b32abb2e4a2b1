/** Two unmodified Linux machines at once under the hypervisor: one hart, one switch. */
import { BOARD, initrdImage, loadImage, parseIsa, Switch, type Link } from '#machine';
import { bootReference } from '#reference';
import type { Host, VmConfig } from '#vmm';
import { imageBytes, whereThereAre } from './files';
import { Talk } from './talk';

jest.setTimeout(900_000);

const MEMORY = 256 * 2 ** 20;
const RAM = { base: BOARD.ram.base, size: MEMORY };
const EXITS = 2000;

/** One of several VMs on a host: while one is waited for, all go on. */
class Neighbour extends Talk {
  host!: Host;
  constructor(private readonly index: number) {
    super();
  }
  readonly console = (byte: number): void => this.hear(byte);
  type(text: string): void {
    this.host.vms[this.index].input(Buffer.from(text));
  }
  protected goOn(): string | undefined {
    const end = this.host.run(EXITS);
    return end === 'all-stopped' ? end : undefined;
  }
}

whereThereAre('Image', 'initrd.gz')('two Linux machines under hardware', () => {
  const [one, two] = [new Neighbour(0), new Neighbour(1)];
  let host: Host;

  beforeAll(() => {
    const network = new Switch();
    const connect = (device: Link): Link => network.connect(device);
    const image = loadImage(imageBytes('Image'), 'the kernel', { ram: RAM, rawAddress: RAM.base + 2 ** 21 });
    const initrd = initrdImage(imageBytes('initrd.gz'), 'initrd', image, RAM);
    const vm = (talk: Neighbour, name: string, n: number): VmConfig => ({
      name,
      image,
      initrd,
      memoryBytes: MEMORY,
      append: 'console=ttyS0 panic=-1 hv.shell',
      console: talk.console,
      devices: {
        virtio: {
          nets: [{ mac: Uint8Array.of(0x52, 0x54, 0, 0x12, n, 0x56), connect }],
          entropySeed: BigInt(n),
        },
      },
    });
    host = bootReference({
      vms: [vm(one, 'one', 1), vm(two, 'two', 2)],
      gateways: [connect],
      technique: 'hardware',
      isa: parseIsa('rv64gc'),
      engine: 'compile',
      scheduled: true,
      slice: 100_000,
    });
    one.host = two.host = host;
    one.shell();
    two.shell();
  });
  afterAll(() => host?.release());

  test('ping each other over virtio-net, and the gateway', () => {
    one.run('ifconfig eth0 10.0.2.31 netmask 255.255.255.0');
    two.run('ifconfig eth0 10.0.2.32 netmask 255.255.255.0');
    const answered = '2 packets transmitted, 2 packets received, 0% packet loss';
    expect(one.run('ping -c 2 10.0.2.32')).toContain(answered);
    expect(two.run('ping -c 2 10.0.2.31')).toContain(answered);
    expect(two.run('ping -c 2 10.0.2.2')).toContain(answered);
  });
});
