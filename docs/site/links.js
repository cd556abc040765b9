/** Follows the links of the site, as a disk opens them. The command of the package ends with 0 whatever it finds. */
import { CheckHtmlLinksCli } from 'check-html-links';

const cli = new CheckHtmlLinksCli({ argv: ['../../dist-site'] });
cli.setOptions({ continueOnError: false });
await cli.run();
