import { Report } from "./report.js";

export const dynamic = "force-dynamic";

export default () => <Report relay={process.env.RELAY_URL} />;
