// Signs and verifies with @digitalbazaar/vc on request: one JSON object a line in, one out.
import readline from 'node:readline';
import * as vc from '@digitalbazaar/vc';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const lines = readline.createInterface({input: process.stdin})[Symbol.asyncIterator]();
const next = async () => JSON.parse((await lines.next()).value ?? 'null');
const say = message => process.stdout.write(JSON.stringify(message) + '\n');

const {contexts, badge, did, method, publicKeyMultibase, secretKeyMultibase, created} = await next();
const multikey = {
  '@context': 'https://w3id.org/security/multikey/v1',
  id: method, type: 'Multikey', controller: did, publicKeyMultibase
};
const controller = {
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did, verificationMethod: [multikey], assertionMethod: [method]
};
const documents = new Map([...Object.entries(contexts), [method, multikey], [did, controller]]);
const documentLoader = async url => {
  if(!documents.has(url)) {
    throw new Error(`not at hand: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: documents.get(url), tag: 'static'};
};
const key = await Ed25519Multikey.from({...multikey, secretKeyMultibase});
const now = new Date(created);

const sign = () => vc.issue({
  credential: structuredClone(badge),
  suite: new DataIntegrityProof({signer: key.signer(), date: created, cryptosuite}),
  documentLoader, now
});
const verify = credential => vc.verifyCredential({
  credential, suite: new DataIntegrityProof({cryptosuite}), documentLoader, now,
  checkStatus: async () => ({verified: true})
});

let signed;
try {
  signed = JSON.stringify(await sign());
  const result = await verify(JSON.parse(signed));
  say(result.verified ? {ok: true} : {error: String(result.error?.errors ?? result.error)});
} catch(error) {
  say({error: String(error)});
}
for(let request; (request = await next()) !== null;) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for(let i = 0; i < request.times; i++) {
    await (request.run === 'sign' ? sign() : verify(JSON.parse(signed)));
  }
  const used = process.cpuUsage(cpu);
  say({cpu: (used.user + used.system) / 1e6, wall: Number(process.hrtime.bigint() - start) / 1e9});
}
