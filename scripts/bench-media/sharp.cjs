// sharp.cjs PHOTO COUNT: prints the milliseconds of the processor that sharp takes for one photograph.
const path = require('node:path');
const sharp = require(path.join(process.env.BENCH_HOME, 'node_modules', 'sharp'));

sharp.concurrency(1);
sharp.cache(false);

async function make(photo) {
  await sharp(photo).rotate().resize(1440, 1440, { fit: 'inside' }).jpeg({ quality: 80 }).toBuffer();
  await sharp(photo).rotate().resize(360, 360, { fit: 'inside' }).webp({ quality: 80 }).toBuffer();
}

(async () => {
  const [photo, count] = process.argv.slice(2);
  await make(photo);
  const begun = process.cpuUsage();
  for (let n = 0; n < count; n += 1) await make(photo);
  const { user, system } = process.cpuUsage(begun);
  console.log((user + system) / 1000 / count);
})();
